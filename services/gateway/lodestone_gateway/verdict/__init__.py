"""Why a job is where it is: a chain of causes, judged from one look at everything that may hold it up."""
