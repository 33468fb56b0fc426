"""Pipes the lines of a file through a command on a Spark cluster and writes what comes out, a file for each partition.

    python spark_pipe.py MASTER INPUT OUTPUT PARTITIONS COMMAND

Prints the id of each task's host process as it starts, on stderr, so that a bench can kill one.
"""

import sys

from pyspark import SparkConf, SparkContext

master, source, target, partitions, command = sys.argv[1:]
conf = SparkConf().setMaster(master).setAppName("onehead score")
# a worker that dies is noticed at once, and its tasks run again on the other one
conf.set("spark.ui.enabled", "false").set("spark.executor.memory", "1g").set("spark.executor.cores", "1")
with SparkContext(conf=conf) as context:
    lines = context.textFile(source, int(partitions))
    print("started", lines.getNumPartitions(), flush=True)
    # checkCode: a process that dies fails its task, which Spark then runs again, instead of ending it early
    lines.pipe(command, checkCode=True).saveAsTextFile(target)
