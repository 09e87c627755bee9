import threading
import time

# Bounded: 2,000 threads that end by themselves.
for _ in range(2000):
    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
time.sleep(30)
