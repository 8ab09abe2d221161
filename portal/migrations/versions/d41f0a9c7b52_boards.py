"""boards

Revision: d41f0a9c7b52, after d4a7be02c915
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = 'd41f0a9c7b52'
down_revision = 'd4a7be02c915'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sighting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_there', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('codes', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_sighting_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sighting_person_id_person')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_sighting_place_id_place')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sighting')),
    sa.UniqueConstraint('number', 'digest', name='uq_sighting_number_digest')
    )
    op.create_index('ix_sighting_place_digest', 'sighting', ['place_id', 'digest'], unique=False)
    op.create_index('ix_sighting_place_day', 'sighting', ['place_id', 'day'], unique=False)
    op.create_table('voice',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('board', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('voices', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_voice_place_id_place')),
    sa.PrimaryKeyConstraint('number', 'day', 'board', name=op.f('pk_voice'))
    )
    op.create_index('ix_voice_place_day', 'voice', ['place_id', 'day'], unique=False)
    op.create_table('board',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', portal.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_board_person_id_person')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_board_place_id_place')),
    sa.PrimaryKeyConstraint('place_id', 'n', name=op.f('pk_board'))
    )


def downgrade():
    op.drop_table('board')
    op.drop_index('ix_voice_place_day', table_name='voice')
    op.drop_table('voice')
    op.drop_index('ix_sighting_place_day', table_name='sighting')
    op.drop_index('ix_sighting_place_digest', table_name='sighting')
    op.drop_table('sighting')
