"""The probe: what a fetched file is, and whether it is whole. Decoders run in a child process."""

from tracks.files.probe.check import Probe, Unplayable, length_fault, probe

__all__ = ["Probe", "Unplayable", "length_fault", "probe"]
