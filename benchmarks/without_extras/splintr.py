"""Stands before the package of the extra `tokens`: what is measured is what `pip install mockai-openai` installs."""

raise ModuleNotFoundError("the benchmarks run without the extra `tokens`", name="splintr")
