"""Side-by-side timings of the reference against PyTorch: `python -m benchmarks [name ...]`."""
