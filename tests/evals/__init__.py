"""Labelled cases and the rules that good results keep (domain, 2.2); `make evals` measures the real model."""
