/** Serves a storage's transaction log to any number of secondaries. */
@NullMarked
package io.zrs.primary;

import org.jspecify.annotations.NullMarked;
