"""Exports in: any CSV or workbook to one row a mark. The only place that knows a school system."""
