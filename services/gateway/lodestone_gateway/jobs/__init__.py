"""The life of a job, from its submission to its end, for its owner and for the agents.

Code here holds for a job of any type. What one type means to the product is in `job_types`.
"""
