/** Tests of the codec. */
@NullMarked
package io.zrs.protocol;

import org.jspecify.annotations.NullMarked;
