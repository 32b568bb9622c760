/** The simulator finds what it is for: mistakes planted in the engines and in the disks below them. */
@NullMarked
package io.zrs.lab.defects;

import org.jspecify.annotations.NullMarked;
