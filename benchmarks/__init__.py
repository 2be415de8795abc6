"""Benchmarks: what the work costs, as ratios to floors and peers measured in the same run."""
