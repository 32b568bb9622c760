package io.zrs.testing.disk;

import java.io.IOException;

/** The power failed in the midst of what was asked. Nothing that the program can do works any more. */
public final class PowerFailure extends IOException {
    private static final long serialVersionUID = 1;

    PowerFailure(DiskOperation operation) {
        super("the power failed before " + operation);
    }
}
