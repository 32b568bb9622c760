/** The vocabulary of a ZODB storage: what it holds, what it can do, and how it is opened. */
@NullMarked
package io.zrs.storage;

import org.jspecify.annotations.NullMarked;
