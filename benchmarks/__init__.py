"""The speeds that attendkit holds itself to, measured as ratios: `python -m benchmarks`."""
