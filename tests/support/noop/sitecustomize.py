"""Adds the job type `noop` to the registry of every process that has this folder on its path."""

from lodestone.jobs import JOB_TYPES
from support.noop.contract import noop_types

JOB_TYPES.update((each.name, each) for each in noop_types())
