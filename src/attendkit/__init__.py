"""attendkit: a toolkit for the attendance officer of an English secondary school."""

__version__ = "0.1.0"
