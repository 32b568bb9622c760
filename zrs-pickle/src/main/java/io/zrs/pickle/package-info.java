/** Python pickles, protocols 0 to 5, as plain values: nothing is imported, nothing is called. */
@NullMarked
package io.zrs.pickle;

import org.jspecify.annotations.NullMarked;
