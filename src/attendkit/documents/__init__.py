"""Reports out: tables, JSON, CSV, workbooks and pages. The only place that knows Jinja and xlsxwriter."""
