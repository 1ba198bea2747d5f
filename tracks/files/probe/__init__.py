"""Is a file really the song: whole, decodable, as long as promised? Decoders run in a child process."""

from tracks.files.probe.check import Probe, Unplayable, length_fault, probe

__all__ = ["Probe", "Unplayable", "length_fault", "probe"]
