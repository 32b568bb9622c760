/** Several processes in virtual time, on one thread, with a bad network between them, all decided by a seed. */
@NullMarked
package io.zrs.testing.simulation;

import org.jspecify.annotations.NullMarked;
