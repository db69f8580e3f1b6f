"""Writes text.json: texts as matrices by scikit-learn.

Run it as `python text.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

texts = [
    "All human beings are born free and equal in dignity and rights.",
    "They are endowed with reason and conscience, and should act in a spirit of brotherhood!",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits; ÉGAUX, oui.",
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Straße, STRASSE, x2 _under_score",
    "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "Все люди рождаются свободными и равными в своем достоинстве и правах",
    "人人生而自由,在尊严和权利上一律平等。 人人 有 理性",
    "the the the  tab\there, don't stop-words: 42 1",
]
queries = ["free and unseen words of dignity", "égaux 人人 и равными", "", "The tab"]
settings = [
    {},
    dict(lowercase=False, ngram_range=(1, 2)),
    dict(strip_accents="unicode", min_df=2),
    dict(max_df=0.3, max_features=9),  # no tie at the border: scikit-learn breaks those by chance
    dict(stop_words=["and", "the", "in"], ngram_range=(2, 3)),
    dict(binary=True),
    dict(analyzer="char", ngram_range=(1, 3)),
    dict(analyzer="char_wb", ngram_range=(2, 4), min_df=2),
]
weights = [{}, dict(sublinear_tf=True, norm="l1"), dict(smooth_idf=False, norm=None), dict(use_idf=False)]


def sparse(x):
    x = x.tocsr()
    x.sort_indices()
    return [[[int(j), float(v)] for j, v in zip(row.indices, row.data)] for row in x]


cases = []
for setting in settings:
    count = CountVectorizer(**setting).fit(texts)
    tfidf = []
    for weight in weights:
        model = TfidfVectorizer(**setting, **weight).fit(texts)
        tfidf.append(dict(weight=weight, rows=sparse(model.transform(texts + queries))))
    plain = {name: v for name, v in setting.items() if name not in ["min_df", "max_df", "max_features"]}
    hashed = HashingVectorizer(n_features=64, **plain).transform(texts + queries)
    case = dict(setting=setting, vocabulary=count.get_feature_names_out().tolist())
    case |= dict(counts=sparse(count.transform(texts + queries)), tfidf=tfidf, hashed=sparse(hashed))
    cases.append(case)
file = dict(texts=texts, queries=queries, settings=cases)
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
