"""scikit-learn's RandomForestClassifier, for the benchmarks of our forest.

usage: sklearn_forest.py version
       sklearn_forest.py fit ROWS TREES ROUNDS     seconds of each round: elapsed, and of processor time
       sklearn_forest.py predict ROWS TREES ROUNDS seconds for one row
       sklearn_forest.py validate ROWS TREES SEED  share of the held-out rows that are predicted right, all folds

ROWS holds little-endian 64-bit numbers: rows, columns; the features row by row; the class of each row; the fold of each row.
Prints one JSON value.
"""

import json
import sys
import time

import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier


def read_rows(path):
    values = numpy.fromfile(path, dtype="<f8")
    rows, columns = int(values[0]), int(values[1])
    features = values[2 : 2 + rows * columns].reshape(rows, columns)
    classes, folds = values[2 + rows * columns :].astype(int).reshape(2, rows)
    return features, classes, folds


def fit(path, trees, rounds):
    features, classes, _ = read_rows(path)
    seconds = []
    for seed in range(rounds):
        forest = RandomForestClassifier(trees, n_jobs=-1, random_state=seed)
        elapsed, processor = time.perf_counter(), time.process_time()
        forest.fit(features, classes)
        seconds.append([time.perf_counter() - elapsed, time.process_time() - processor])
    return seconds


def predict(path, trees, rounds):
    features, classes, _ = read_rows(path)
    forest = RandomForestClassifier(trees, n_jobs=-1, random_state=0).fit(features, classes)
    forest.set_params(n_jobs=1)
    seconds = []
    for row in range(rounds):
        start = time.perf_counter()
        forest.predict_proba(features[row : row + 1])
        seconds.append(time.perf_counter() - start)
    return seconds


def validate(path, trees, seed):
    features, classes, folds = read_rows(path)
    right = 0
    for fold in numpy.unique(folds):
        held = folds == fold
        forest = RandomForestClassifier(trees, n_jobs=1, random_state=seed)
        forest.fit(features[~held], classes[~held])
        right += int((forest.predict(features[held]) == classes[held]).sum())
    return right / len(classes)


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    if task == "version":
        result = sklearn.__version__
    else:
        path, *numbers = arguments
        result = {"fit": fit, "predict": predict, "validate": validate}[task](path, *map(int, numbers))
    print(json.dumps(result))
