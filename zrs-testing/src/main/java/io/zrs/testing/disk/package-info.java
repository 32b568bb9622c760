/**
 * A file system in memory for tests of storages: it knows what was forced, loses the rest when the power fails, and fails when it is told
 * to.
 */
@NullMarked
package io.zrs.testing.disk;

import org.jspecify.annotations.NullMarked;
