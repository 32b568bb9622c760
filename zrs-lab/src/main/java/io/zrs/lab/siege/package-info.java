/** Real processes and a real network under siege: who serves, who follows, what is done to them, and who judges. */
@NullMarked
package io.zrs.lab.siege;

import org.jspecify.annotations.NullMarked;
