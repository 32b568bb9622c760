/** What the fake reactor and the simulation share. */
@NullMarked
package io.zrs.testing.internal;

import org.jspecify.annotations.NullMarked;
