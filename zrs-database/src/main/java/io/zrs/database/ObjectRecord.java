package io.zrs.database;

import io.zrs.pickle.PickleValue;
import org.jspecify.annotations.Nullable;

/**
 * A record, read but not yet made into Java values.
 *
 * @param metadata the first pickle, if it says more than the class
 */
record ObjectRecord(PythonClass pythonClass, @Nullable PickleValue metadata, PickleValue state) {}
