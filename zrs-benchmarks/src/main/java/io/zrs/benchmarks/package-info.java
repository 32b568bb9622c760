/** Measures of the codec, the storages and the whole way from a primary to a secondary. */
@NullMarked
package io.zrs.benchmarks;

import org.jspecify.annotations.NullMarked;
