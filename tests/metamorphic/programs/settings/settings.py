from dataclasses import dataclass


@dataclass
class Settings:
    batch: int = 32
    buffer: int = 8
