"""The register: every pupil, session and mark, by whichever export it came. The narrow waist.

Everything left of it only makes a register; everything right of it only reads one.
"""

from attendkit.register.model import Delta, Register

__all__ = ["Delta", "Register"]
