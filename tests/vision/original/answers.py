#!/usr/bin/python3
"""What the original's own Python code answers for photos: grey from colour, cascade at scale 1.1 with 5 neighbours, FacemarkLBF,
the landmarks and features of the first face (each axis of the landmarks scaled to [0, 1]).

`answers.jsonl` is what it printed for the six photos of @vladmandic/face-api, with OpenCV 4.6 (Debian's python3-opencv) and the
facemark that `made-facemark.mjs` prints:

    node made-facemark.mjs > made.yaml
    answers.py HAARCASCADE made.yaml .../demo/sample?.jpg | grep "^{" > answers.jsonl
"""
import json
import os
import sys

import cv2

detector = cv2.CascadeClassifier(sys.argv[1])
facemark = cv2.face.createFacemarkLBF()
facemark.loadModel(sys.argv[2])


def scaled(values):
    low, high = min(values), max(values)
    return [(value - low) / ((high - low) or 1) for value in values]


for path in sys.argv[3:]:
    grey = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2GRAY)
    boxes = detector.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5)
    answer = {"file": os.path.basename(path), "width": grey.shape[1], "height": grey.shape[0], "boxes": []}
    if len(boxes) > 0:
        _, fitted = facemark.fit(grey, boxes)
        first = [[float(x), float(y)] for x, y in fitted[0][0]]
        xs, ys = scaled([x for x, _ in first]), scaled([y for _, y in first])
        answer["boxes"] = [[int(number) for number in box] for box in boxes]
        answer["landmarks"] = [[round(x, 2), round(y, 2)] for x, y in first]
        answer["features"] = [round(value, 4) for point in zip(xs, ys) for value in point]
    print(json.dumps(answer, separators=(",", ":")))
