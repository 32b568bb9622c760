/** ZODB objects over any storage. */
@NullMarked
package io.zrs.database;

import org.jspecify.annotations.NullMarked;
