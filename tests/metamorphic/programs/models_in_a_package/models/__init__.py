from models.network import build
