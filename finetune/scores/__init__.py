"""Metrics, protocols, statistics and reports."""
