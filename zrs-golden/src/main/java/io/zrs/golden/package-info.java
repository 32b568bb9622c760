/** Bytes made by the Python original, for tests. */
@NullMarked
package io.zrs.golden;

import org.jspecify.annotations.NullMarked;
