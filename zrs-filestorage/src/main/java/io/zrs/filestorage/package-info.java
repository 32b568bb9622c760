/** {@code Data.fs}: the append-only transaction log, its index and its recovery. */
@NullMarked
package io.zrs.filestorage;

import org.jspecify.annotations.NullMarked;
