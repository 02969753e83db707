"""What owners are told of a job that waits, on pages and in the API."""

WAITING = {
    "slot": "Next in line. It starts as soon as there is room.",
    "paused": "We have paused this kind of work. It resumes automatically.",
    "rate_limit": "Waiting for the AI service. We keep trying.",
    "provider": "The AI service is overloaded. We keep trying.",
    "retry": "The AI’s answer was not usable. We are trying again.",
    "turn": "Others asked before you. It starts when it is your turn.",
    "cap": "You have reached the limit of jobs running at once. It starts when one of them ends.",
    "spend": "The AI budget is used up for now. It starts automatically when there is room again.",
}
"""By what it waits for; another word is to be read as waiting."""

USER_PAUSED = "We have paused your jobs. They are kept, and start when we resume them."
JOB_PAUSED = "We have paused this. It is kept, and starts when we resume it."
RESUMING = "We are starting what was paused, little by little. It starts when it is its turn."
STANDSTILL = "Part of our system is down. Your job is safe, and it continues as soon as we are back."
