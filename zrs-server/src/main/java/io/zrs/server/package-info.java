/** The program {@code zrs}: its commands, configuration and monitoring. */
@NullMarked
package io.zrs.server;

import org.jspecify.annotations.NullMarked;
