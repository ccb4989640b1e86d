"""Reports out: tables, JSON, CSV, workbooks and pages. The only place that knows Jinja and xlsxwriter."""

from attendkit.documents.contract import as_json
from attendkit.documents.writing import FORMATS, write

__all__ = ["FORMATS", "as_json", "write"]
