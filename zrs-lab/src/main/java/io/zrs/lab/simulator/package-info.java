/** Whole sites of our engines on one thread, in virtual time, on crashing disks and a bad network, from one seed. */
@NullMarked
package io.zrs.lab.simulator;

import org.jspecify.annotations.NullMarked;
