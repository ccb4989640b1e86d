"""The oracles of the watching duties, a module a family.

Each has `compare(seed)`, which makes a random register from a number, works out slowly what every duty of
the family must say of it, asserts that the duty says so, and gives back how many pupils were compared. The
tests compare some hundreds; `python -m benchmarks oracle` compares 20,000 of each family named here.
"""

FAMILIES = ("coding", "arrangements", "clocks", "edits", "groups", "patterns")
