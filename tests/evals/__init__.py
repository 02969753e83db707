"""Labelled cases, and the rules that good results keep; `make evals` measures the real model."""
