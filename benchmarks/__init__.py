"""Measurements: one file a question, and one table of ratios (``python -m benchmarks``)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The repository's folder, where questions are asked from."""
