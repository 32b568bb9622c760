package io.zrs.server;

import io.zrs.storage.Tid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Tids as people write them. */
final class TidConverter implements ITypeConverter<Tid> {
    @Override
    public Tid convert(String text) {
        try {
            return Tid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
