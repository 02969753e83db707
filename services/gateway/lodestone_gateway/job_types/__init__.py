"""What a job type means to the product, beyond being a job: which rows it needs and where its result goes."""
