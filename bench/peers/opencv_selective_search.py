"""Selective Search of OpenCV's ximgproc on one core: JSON lines {path, k, step, minSide} in, {boxes, seconds} out; seconds of processor
time, which other work on the machine does not count for.

Debian has it in python3-opencv. k and step are the finenesses of its fast mode: three, k apart by step.
"""

import json
import sys
import time

import cv2

cv2.setNumThreads(1)

for line in sys.stdin:
    job = json.loads(line)
    picture = cv2.imread(job["path"])
    cv2.setRNGSeed(0)
    start = time.process_time()
    search = cv2.ximgproc.segmentation.createSelectiveSearchSegmentation()
    search.setBaseImage(picture)
    search.switchToSelectiveSearchFast(job["k"], job["step"], 0.8)
    windows = search.process()
    seconds = time.process_time() - start
    least = job["minSide"]
    boxes = [[int(x), int(y), int(x + w), int(y + h)] for x, y, w, h in windows if w >= least and h >= least]
    print(json.dumps({"boxes": boxes, "seconds": seconds}), flush=True)
