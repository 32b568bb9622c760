/** A blob directory around any storage. */
@NullMarked
package io.zrs.blob;

import org.jspecify.annotations.NullMarked;
