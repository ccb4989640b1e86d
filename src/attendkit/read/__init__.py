"""Exports in: any CSV or workbook to one row a mark. The only place that knows a school system."""

from attendkit.read.export import Answers, Export
from attendkit.read.reading import read_exports

__all__ = ["Answers", "Export", "read_exports"]
