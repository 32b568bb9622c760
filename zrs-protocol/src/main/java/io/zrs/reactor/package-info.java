/** Connections without threads of their own: the reactor, its transports and their handlers. */
@NullMarked
package io.zrs.reactor;

import org.jspecify.annotations.NullMarked;
