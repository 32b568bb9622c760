/** A read-only storage that follows a primary into the storage that it wraps. */
@NullMarked
package io.zrs.secondary;

import org.jspecify.annotations.NullMarked;
