"""Benchmarks a person can run: `./hjulet bench`. Made data, a real server, and the same work as one SQL beside."""
