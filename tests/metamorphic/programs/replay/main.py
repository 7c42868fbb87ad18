from agent import Agent
from environment import Environment

world = Environment()
player = Agent(4, 2)
for episode in range(500):
    state = world.reset()
    done = False
    while not done:
        action = player.act(state)
        following, reward, done = world.step(action)
        player.remember(state, action, reward)
        state = following
    player.replay(32)
