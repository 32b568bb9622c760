/** The replication protocol on the wire: frames, messages and the running checksum. */
@NullMarked
package io.zrs.protocol;

import org.jspecify.annotations.NullMarked;
