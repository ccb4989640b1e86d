"""Numbers only: sessions, rates and runs. No thresholds and no words."""
