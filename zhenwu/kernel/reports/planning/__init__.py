"""The plan part of a report: which sentences it has, what each promises, and what task each could become. Pure but for ``proposing``."""
